"""States of running cases as every landed format saved them: each must load and finish for ever."""
