"""Pictures in: intake, audit of files, splits, pixels. What a picture is, only this room and its task know."""
