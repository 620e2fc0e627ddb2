"""Policy packs 策略包: the figures of a contract or region, read, checked and resolved."""
