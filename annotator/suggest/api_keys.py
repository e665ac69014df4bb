"""API keys of endpoints, stored in the system's keyring and never in a file of this program."""

from typing import Any, Final

from annotator.core.message import message
from annotator.suggest.base import SuggestError, library

_SERVICE: Final = "annotator"


def endpoint_key(url: str) -> str | None:
    """Return the key stored for an endpoint; None if there is none, or no keyring.

    Raises SuggestError if a keyring exists but cannot be opened.
    """
    keyring = library("keyring", "endpoint")
    try:
        kept: str | None = keyring.get_password(_SERVICE, url.rstrip("/"))
    except keyring.errors.NoKeyringError:
        return None
    except keyring.errors.KeyringError as error:
        raise SuggestError(
            message("the keyring does not open ({1}); unlock it and try again", str(error))
        ) from error
    return kept


def keep_endpoint_key(url: str, key: str | None) -> None:
    """Store the key of an endpoint, or delete it (None).

    Raises SuggestError, also for an address to which a key would never be sent.
    """
    if key is not None:
        from annotator.suggest.endpoint import refuse_address

        refuse_address(url, with_key=True)
    keyring = library("keyring", "endpoint")
    try:
        _change(keyring, url.rstrip("/"), key)
    except keyring.errors.NoKeyringError as error:
        raise SuggestError(
            message(
                "this system has no keyring to keep a key in; install one, such as GNOME Keyring"
            )
        ) from error
    except keyring.errors.KeyringError as error:
        raise SuggestError(
            message("the keyring does not take the key ({1})", str(error))
        ) from error


def _change(keyring: Any, url: str, key: str | None) -> None:
    if key is not None:
        keyring.set_password(_SERVICE, url, key)
    elif keyring.get_password(_SERVICE, url) is not None:
        keyring.delete_password(_SERVICE, url)
