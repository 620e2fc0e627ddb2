"""The demo city: invented organisations, people, points and tickets, played through the real engine."""
