from examples.start import start

start("plain")
