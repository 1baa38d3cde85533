"""Finding a person among millions, however her name is spelt.

Words: *sound* (a word of a name without script), *bones* (the consonants of its stem), *pair* (two words of one name),
*posting* (those who share a pair), *shelf* (everything with the same label).
"""
