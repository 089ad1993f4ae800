"""What staff do from the command line: in this process, or asked of the running bot when it has the database.

`bot.app.connecting.connect(settings)` opens them: it alone can wire a sender.
"""

from bot.operations.operations import Launched, Operations

__all__ = ["Launched", "Operations"]
