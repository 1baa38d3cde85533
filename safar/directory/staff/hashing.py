"""What a password costs: scrypt as dear as OWASP ASVS 5.0, appendix C, asks for."""

from django.contrib.auth.hashers import ScryptPasswordHasher


class DearScrypt(ScryptPasswordHasher):
    """scrypt with N = 2^15, r = 8, p = 3; Django's own N = 2^14 is below the table. Older hashes are renewed at sign-in."""

    work_factor = 2**15
    block_size = 8
    parallelism = 3
    maxmem = 2**26
