"""Dangerous things the source does not do, read from its syntax; each exception stands in a list with its reason."""

import ast
import math
import random
import re
import re._constants as sre
import re._parser as patterns
from importlib import import_module

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib.sessions.backends.db import SessionStore

from safar.directory.staff.actions import LETTERS, starting_password
from tests.laws.source import PACKAGE, ROOT, place, python_files, tree


def calls():
    """Every call of the product's source: file, the call, and what is called as written."""
    for path in python_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call):
                yield place(path), node, ast.unparse(node.func)


def imports():
    """Every module imported by the product's source, with the names taken from it: (file, module, name)."""
    for path in python_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import):
                yield from ((place(path), one.name, "") for one in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((place(path), node.module, one.name) for one in node.names)


def is_literal(node):
    """Whether a value is written down in the source: a text, or a name in capitals."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    if isinstance(node, ast.Name | ast.Attribute):
        return ast.unparse(node).split(".")[-1].isupper()
    if isinstance(node, ast.BinOp):
        return is_literal(node.left) and is_literal(node.right)
    if isinstance(node, ast.JoinedStr):
        return all(isinstance(v, ast.Constant) or is_literal(v.value) for v in node.values)
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "re.escape"


def test_the_laws_read_the_source():
    assert len(python_files()) > 150
    assert sum(1 for _ in calls()) > 5_000


def test_no_text_is_run():
    found = [
        f"{where}:{n.lineno}"
        for where, n, name in calls()
        if name in ("eval", "exec", "compile", "__import__")
    ]
    assert not found, found


def test_no_program_is_started_through_a_shell():
    found = []
    for where, node, name in calls():
        if name in (
            "os.system",
            "os.popen",
            "subprocess.getoutput",
            "subprocess.getstatusoutput",
            "os.spawnlp",
            "os.execlp",
        ):
            found.append(f"{where}:{node.lineno} {name}")
        if any(k.arg == "shell" for k in node.keywords):
            found.append(f"{where}:{node.lineno} shell")
        if (
            name.startswith("subprocess.")
            and node.args
            and isinstance(node.args[0], ast.JoinedStr | ast.BinOp | ast.Constant)
        ):
            found.append(f"{where}:{node.lineno} {ast.unparse(node.args[0])}")
    assert not found, found


#: Modules that reach other machines, and who may use them.
REACHING = re.compile(
    r"^(urllib\.request|urllib3|http\.client|requests|httpx|httpcore|aiohttp|ftplib|smtplib|imaplib|poplib|telnetlib|xmlrpc|paramiko|"
    r"socket|ssl|websockets?|django\.core\.mail|boto3|ldap3?|pycurl)(\.|$)"
)
MAY_REACH = {
    (
        "safar/doors/api/webhooks/reaching.py",
        "httpcore",
    ): "tells webhooks, over lines to addresses that were judged",
    ("safar/doors/api/webhooks/reaching.py", "socket"): "asks which addresses a name has, to judge them",
    ("safar/doors/api/webhooks/reaching.py", "ssl"): "checks the receiver's certificate",
    ("safar/doors/commands/running.py", "urllib.request"): "asks its own port whether it answers",
    ("safar/doors/commands/running.py", "urllib.error"): "says that it does not",
    ("safar/doors/commands/serving.py", "socket"): "looks whether the port is free",
    ("safar/foundation/database/keeper.py", "socket"): "speaks with the server on this machine",
    ("safar/foundation/database/server.py", "socket"): "speaks with the keeper on this machine",
    ("safar/foundation/messages/channels/asking.py", "httpx"): "hands messages to gateways of the settings",
    ("safar/foundation/messages/channels/sms.py", "httpx"): "reads the SMS gateway's answers",
    ("safar/foundation/messages/channels/telegram.py", "httpx"): "reads the bot API's answers",
    ("safar/foundation/messages/channels/mail.py", "django.core.mail"): "asks a mail server of the settings",
    ("safar/foundation/messages/channels/mail.py", "django.core.mail.backends.smtp"): "the same",
    ("safar/foundation/messages/channels/mail.py", "smtplib"): "knows the mail server's refusals",
    ("safar/foundation/messages/fakes/http.py", "socket"): "a stand-in on this machine hangs up",
    ("safar/foundation/messages/fakes/served.py", "socket"): "a stand-in on this machine goes down",
}


def test_nothing_asks_another_server():
    found = {(where, module) for where, module, _name in imports() if REACHING.match(module)}
    found |= {
        (where, f"{m}.{n}")
        for where, m, n in imports()
        if REACHING.match(f"{m}.{n}") and not REACHING.match(m)
    }
    assert found <= set(MAY_REACH), found - set(MAY_REACH)


def test_nothing_is_unpickled():
    bad = {"pickle", "cPickle", "marshal", "shelve", "dill", "jsonpickle", "yaml"}
    found = [(where, module) for where, module, _name in imports() if module.split(".")[0] in bad]
    assert not found, found


def test_no_template_is_made_of_text():
    found = [
        f"{where}:{n.lineno}"
        for where, n, name in calls()
        if name.split(".")[-1] in ("Template", "from_string", "render_template_string")
    ]
    assert not found, found


#: Patterns kept in the source under another name than one in capitals.
FORMATS = {
    "safar/directory/places/official.py": "patterns of the four names of a place, from a table in the same file",
    "safar/directory/organisations/demo.py": "names of invented branches, from a table in the same file",
}


def test_no_format_comes_from_outside():
    found = []
    for where, node, name in calls():
        if not name.endswith(".format") or not isinstance(node.func, ast.Attribute) or where in FORMATS:
            continue
        of = node.func.value
        if (
            isinstance(of, ast.Call)
            and ast.unparse(of.func) == "SQL"
            and isinstance(of.args[0], ast.Constant)
        ):
            continue
        if not is_literal(of):
            found.append(f"{where}:{node.lineno} {ast.unparse(of)[:60]}")
    assert not found, found


def regexes():
    """Every call that takes a pattern: (place, pattern node)."""
    takers = {
        f"re.{n}"
        for n in ("compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")
    }
    for where, node, name in calls():
        if (name in takers or name.endswith("RegexValidator")) and node.args:
            yield f"{where}:{node.lineno}", node.args[0]


#: Patterns put together from tables in the same file.
BUILT = {
    "safar/config/asking.py": "addresses of the settings",
    "safar/foundation/files/names.py": "extensions of the table of kinds",
    "safar/foundation/files/pdf.py": "names of PDF, letter by letter",
    "safar/foundation/languages/text.py": "sounds and words of tables in the same file",
    "safar/directory/people/search/folding.py": "spellings of a table in the same file",
}


def test_no_pattern_is_made_of_text_unescaped():
    found = [
        f"{where} {ast.unparse(p)[:70]}" for where, p in regexes()
        if not is_literal(p) and where.split(":")[0] not in BUILT
    ]  # fmt: skip
    assert not found, found


def repeats(parsed, inside=False):
    """Repetitions without end inside a repetition without end: what makes a pattern explode."""
    for op, value in parsed:
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            endless = value[1] == sre.MAXREPEAT
            if endless and inside:
                yield value
            yield from repeats(value[2], inside or endless)
        elif op is sre.SUBPATTERN:
            yield from repeats(value[3], inside)
        elif op is sre.BRANCH:
            for one in value[1]:
                yield from repeats(one, inside)
        elif op in (sre.ASSERT, sre.ASSERT_NOT):
            yield from repeats(value[1], inside)


def compiled():
    """Every pattern the product's modules hold, and those written where they are used."""
    for path in python_files():
        if path.name in ("__main__.py", "testing.py", "wsgi.py"):
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for held in vars(import_module(name)).values():
            if isinstance(held, re.Pattern):
                yield name, held.pattern
    for where, node in regexes():
        if isinstance(node, ast.Constant):
            yield where, node.value


#: Patterns in which what is repeated begins with a sign the repetition inside it cannot take: there is one way to read a text.
ONE_WAY = {}


def test_no_pattern_repeats_a_repetition():
    assert list(repeats(patterns.parse(r"(a+)+b")))
    assert list(repeats(patterns.parse(r"(?:x|\w*,?)*$")))
    assert not list(repeats(patterns.parse(r"^(a{1,3})+\s+b*$")))
    found = {(where, p) for where, p in compiled() if p not in ONE_WAY and list(repeats(patterns.parse(p)))}
    assert not found, found


def is_weak_hmac(name, node):
    """Whether a call makes an HMAC of less than SHA-256; Django's `salted_hmac` does unless it is told otherwise."""
    if name in ("hmac.new", "hmac.digest"):
        named = node.args[2:] or [k.value for k in node.keywords if k.arg in ("digestmod", "digest")]
    elif name.split(".")[-1] == "salted_hmac":
        named = [k.value for k in node.keywords if k.arg == "algorithm"]
    else:
        return False
    return not any(re.search(r"sha(256|384|512)", ast.unparse(one)) for one in named)


@pytest.mark.parametrize(
    ("written", "weak"),
    [
        ("salted_hmac('purpose', value)", True),
        ("crypto.salted_hmac('purpose', value, secret='sha256')", True),
        ("salted_hmac('purpose', value, algorithm='sha1')", True),
        ("salted_hmac('purpose', value, algorithm='sha256')", False),
        ("hmac.new(key, value, 'sha1')", True),
        ("hmac.new(key, msg=value, digestmod=hashlib.sha256)", False),
        ("hmac.digest(key, value, 'sha256')", False),
    ],
)
def test_a_weak_hmac_is_known_when_it_is_seen(written, weak):
    node = ast.parse(written, mode="eval").body
    assert is_weak_hmac(ast.unparse(node.func), node) == weak


def test_no_hash_is_weaker_than_sha_256():
    good = {"sha256", "sha384", "sha512", "sha3_256", "sha3_512", "blake2b", "file_digest", "scrypt"}
    found = []
    for where, node, name in calls():
        if re.fullmatch(r"hashlib\.\w+", name) and name.split(".")[1] not in good:
            found.append(f"{where}:{node.lineno} {name}")
        if is_weak_hmac(name, node):
            found.append(f"{where}:{node.lineno} {ast.unparse(node)[:60]}")
    named = [f"{w} {m}.{n}" for w, m, n in imports() if m == "hashlib" and n and n not in good]
    text = [
        place(p) for p in python_files() if re.search(r"\b(md5|sha1|sha-1|crc32)\b\(", p.read_text(), re.I)
    ]
    assert not found + named + text


def test_ciphers_come_from_one_proven_library():
    """One library, one mode: AES in GCM. No other cipher, mode or padding is imported at all."""
    taken = {n for _where, m, n in imports() if m.startswith("cryptography.hazmat")}
    assert taken == {"AESGCM"}
    others = re.compile(
        r"^(Crypto|Cryptodome|nacl|pyaes|rsa|ecdsa|M2Crypto|jose|jwt|authlib|passlib|bcrypt|argon2|gnupg)(\.|$)"
    )
    assert not [(w, m) for w, m, _n in imports() if others.match(m)]
    assert {m for _w, m, _n in imports() if m.startswith("cryptography")} <= {
        "cryptography.exceptions", "cryptography.hazmat.primitives.ciphers.aead",
    }  # fmt: skip


#: Where chance may be repeated on purpose.
SEEDED = {"safar/citizens/recruiters/demo.py", "safar/directory/people/demo.py"}
#: Where ids of rows and of acts are made; access to them is judged, whoever knows them.
NUMBERED = {
    "safar/citizens/recruiters/models/decisions.py", "safar/directory/people/models/person.py", "safar/directory/people/models/belonging.py",
    "safar/foundation/files/models.py", "safar/doors/api/models.py",
    "safar/foundation/history/recording.py", "safar/foundation/messages/models.py",
}  # fmt: skip
#: Short random texts that are no secrets, and nonces of the length their cipher asks for.
NO_SECRETS = {
    "safar/config/logs.py": "the number of a request",
    "safar/foundation/encryption/durable.py": "the name of a file being written",
    "safar/foundation/encryption/keys.py": "the name of a store; the nonce of a wrapped key",
}


@pytest.mark.parametrize(
    ("make", "bits"),
    [
        (lambda: SessionStore()._get_new_session_key(), 128),
        (lambda: generate_totp_secret(), 128),
        (lambda: RecoveryCodes(None).generate_seed(), 128),
    ],
    ids=["session", "app", "recovery codes"],
)
def test_what_the_libraries_make_does_not_come_from_a_seed(make, bits, db):
    made = set()
    for _time in range(20):
        random.seed(1)
        made.add(make())
    assert len(made) == 20
    assert min(len(one) for one in made) * math.log2(16) >= bits


def test_what_must_not_be_guessed_does_not_come_from_a_seed():
    found = {where for where, module, _n in imports() if module in ("random", "numpy.random")}
    assert found <= SEEDED, found - SEEDED
    ids = {place(p) for p in python_files() if re.search(r"\buuid[1-8]\b", p.read_text())}
    assert ids <= NUMBERED, (
        "an id that cannot be guessed is no secret: secrets come from the module of that name"
    )
    random.seed(1)
    one = starting_password()
    random.seed(1)
    assert starting_password() != one
    signs = len(one.replace("-", ""))
    assert signs * math.log2(len(LETTERS)) >= 80, "a starting password serves once and is counted"
    sizes = {}
    for where, node, name in calls():
        if name.startswith("secrets.token_") or name == "os.urandom":
            value = node.args[0] if node.args else None
            sizes[f"{where}:{node.lineno}"] = value.value if isinstance(value, ast.Constant) else None
    few = {where for where, size in sizes.items() if size is not None and size < 16}
    assert {one.split(":")[0] for one in few} <= set(NO_SECRETS)


def test_the_cache_is_written_by_five_who_put_numbers_in():
    writers = {
        where for where, module, name in imports() if module == "django.core.cache" and name == "cache"
    }
    assert writers <= {
        "safar/doors/api/rates.py", "safar/directory/staff/second_factor.py", "safar/directory/staff/demo.py",
        "safar/foundation/messages/limits.py", "safar/foundation/registers/importing/at_once.py",
    }  # fmt: skip
    put = {
        ast.unparse(node.args[1])
        for where, node, name in calls()
        if name in ("cache.set", "cache.add", "cache.set_many", "cache.get_or_set") and where in writers
    }
    assert put == {"1", "(done, total)"}
    pages = {name for _w, module, name in imports() if module == "django.views.decorators.cache"}
    assert pages <= {"never_cache", "cache_control"}
    assert not [where for where, node, name in calls() if name.endswith("cache_page")]


def test_no_script_of_ours_makes_html_of_text():
    scripts = [
        PACKAGE / "doors/website/static/safar/public.js",
        PACKAGE / "doors/workbench/static/workbench/desk.js",
    ]
    scripts += [p for p in (ROOT / "front-end/scripts").rglob("*.js")]
    assert len(scripts) > 2
    bad = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|createContextualFragment|"
        r"localStorage|sessionStorage|indexedDB|document\.cookie|postMessage|[\"']message[\"']|setAttribute\([\"']on"
    )
    found = [(s.name, bad.search(s.read_text()).group()) for s in scripts if bad.search(s.read_text())]
    assert not found, found
