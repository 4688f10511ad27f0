"""How much one upload or picture may ask of the machine."""

MIB = 2**20
GIB = 2**30

MAX_FILE_BYTES = 200 * MIB  # no photograph is larger, and a file is read into memory as a whole
MAX_TOTAL_BYTES = 20 * GIB  # ImageNet-sized data sets are better used in place, as a folder
