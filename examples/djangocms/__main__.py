from examples.start import start

start("djangocms")
