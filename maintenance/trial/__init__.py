"""试跑: a process runs in memory on a clock turned by hand, in an invented city, and nothing of it is kept."""
