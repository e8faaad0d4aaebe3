"""What the numbers are on a picture, PDF or XML somebody shows: codes, access keys, order numbers.

Everything here is hostile until read, so it is read in a process of its own that is ended when it takes too
long or too much (`bot.reading.outside`). What is read is text like any other: it opens nothing by itself.
"""
