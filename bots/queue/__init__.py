"""RQ: the queue, and whose turn it is."""
