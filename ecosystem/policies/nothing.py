"""The policy that does nothing: the null arm, bit-identical to no policy at all."""

from typing import ClassVar

from ecosystem.policies.policy import Policy


class Nothing(Policy):
    """Does nothing."""

    kind: ClassVar[str] = "nothing"
    outside: ClassVar[bool] = False
