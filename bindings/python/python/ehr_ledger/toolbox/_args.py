"""What several of the functions take."""

from typing import Union

from .._ehr import AccountId, BlockId, ChainId

Data = Union[bytes, bytearray, memoryview]
Account = Union[AccountId, str]
Block = Union[BlockId, str]
Chain = Union[ChainId, str]
