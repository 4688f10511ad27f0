"""How the labels of a data set come about: what a person chose, as it is kept with the pictures."""

from typing import Annotated

from pydantic import Field

from sftviz.data.by_folders import ByFolders
from sftviz.data.by_names import ByNames
from sftviz.data.by_table import ByTable

Labels = Annotated[ByFolders | ByTable | ByNames, Field(discriminator="kind")]
