"""The whole way of a request, on a real wiki and a real queue."""
