"""The maintenance domain 运维: points, contracts, policy packs and the clocks that judge."""
