"""Keys of endpoints in the keyring of the system, never in a file of ours."""

from typing import Any, Final

from annotator.suggest.base import SuggestError, library

_SERVICE: Final = "annotator"


def endpoint_key(url: str) -> str | None:
    """Return the key kept for an endpoint; None for none, or where the system has no keyring.

    Raises SuggestError where there is a keyring that does not open.
    """
    keyring = library("keyring", "endpoint")
    try:
        kept: str | None = keyring.get_password(_SERVICE, url.rstrip("/"))
    except keyring.errors.NoKeyringError:
        return None
    except keyring.errors.KeyringError as error:
        raise SuggestError(
            f"the keyring does not open ({error}); unlock it and try again"
        ) from error
    return kept


def keep_endpoint_key(url: str, key: str | None) -> None:
    """Keep the key of an endpoint, or forget it (None).

    Raises SuggestError, also for an address to which no key would ever be sent.
    """
    if key is not None:
        from annotator.suggest.endpoint import refuse_address

        refuse_address(url, with_key=True)
    keyring = library("keyring", "endpoint")
    try:
        _change(keyring, url.rstrip("/"), key)
    except keyring.errors.NoKeyringError as error:
        raise SuggestError(
            "this system has no keyring to keep a key in; install one, such as GNOME Keyring"
        ) from error
    except keyring.errors.KeyringError as error:
        raise SuggestError(f"the keyring does not take the key ({error})") from error


def _change(keyring: Any, url: str, key: str | None) -> None:
    if key is not None:
        keyring.set_password(_SERVICE, url, key)
    elif keyring.get_password(_SERVICE, url) is not None:
        keyring.delete_password(_SERVICE, url)
