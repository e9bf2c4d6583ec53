"""RQ: the queue, whose turn it is, and the worker."""
