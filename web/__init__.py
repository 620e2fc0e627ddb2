"""Human doors: pages, their templates and translations, and the assets they load."""
