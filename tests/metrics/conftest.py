from tests.conversation.conftest import nida

__all__ = ["nida"]
