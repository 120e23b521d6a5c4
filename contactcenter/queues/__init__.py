"""What a queue is: order, and later hours, estimates, callback and overflow. Pure."""
