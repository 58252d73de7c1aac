"""What the ledger takes and answers: plain values that do not change, compare by content, hash and pickle.

>>> from ehr_ledger import Section
>>> Section(b"{}", media_type="application/fhir+json")
Section(body=<2 bytes>, media_type='application/fhir+json')

The bytes of a body are never shown by ``repr``, which ends up in logs. Times are aware and in UTC; what has no end says
the last millisecond of the year 9999.
"""

from ._chain import *
from ._people import *
from ._policy import *
from ._proofs import *
from ._records import *
