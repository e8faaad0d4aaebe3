"""Questions that wait until their ERP answers again: rows of the store, sealed.

values     a question that waits
rows       how one is kept
questions  those that wait, and the steps they take
"""
