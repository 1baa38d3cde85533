"""Places: where people are from, where they go, and whose area a record belongs to.

Countries by ISO 3166; regions, districts and settlements of Uzbekistan by SOATO; mahallas by the codes of their list.
Words: *path* (``UZ.1714.1714204.``: each level's code and a full stop, so that a prefix means "within"), *difference*
(two sources say different things about one place: an officer decides, nothing is overwritten).
"""
