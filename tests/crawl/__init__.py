"""The canary crawl: ``make crawl``, or ``python -m tests.crawl [--roles N]``.

A word nobody else uses is written into every text of every record, of one's own and of others'. Then a person of each role
opens every page she can find and every address there could be, by browser and by token, and takes out every file. Whatever
comes back is searched, unpacked if need be, for words of records the policy does not show her.
"""
