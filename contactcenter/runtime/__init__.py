"""What carries the core: the router's loop, the dispatcher, the bus, jobs and the processes around them."""
