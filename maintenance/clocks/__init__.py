"""SLA clocks 计时 as pure functions: facts in, verdict and explanation out."""
