"""What runs in the processes of a benchmark: the proxy in one, the load on it in another."""
