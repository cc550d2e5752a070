"""What the API answers when something is wrong: the texts and statuses of Toxiproxy (its ``api.go``)."""

from __future__ import annotations

from http import HTTPStatus

from ssechaos.errors import SSEChaosError


class ApiError(SSEChaosError):
    """A request that can't be done, with the status that says so."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.message = message
        self.status = int(status)

    def to_json(self) -> dict[str, object]:
        """The body of the answer."""
        return {"error": self.message, "status": self.status}


def bad_body(why: object) -> ApiError:
    """The body is no JSON, or not such a one."""
    return ApiError(f"bad request body: {why}", HTTPStatus.BAD_REQUEST)


def missing_field(name: str) -> ApiError:
    """A field that there is no default for."""
    return ApiError(f"missing required field: {name}", HTTPStatus.BAD_REQUEST)


def invalid_stream() -> ApiError:
    """A toxic's stream is none of the two."""
    return ApiError("stream was invalid, can be either upstream or downstream", HTTPStatus.BAD_REQUEST)


def invalid_type() -> ApiError:
    """There is no toxic of that type."""
    return ApiError("invalid toxic type", HTTPStatus.BAD_REQUEST)


def no_proxy() -> ApiError:
    """There is no proxy of that name."""
    return ApiError("proxy not found", HTTPStatus.NOT_FOUND)


def no_toxic() -> ApiError:
    """The proxy has no toxic of that name."""
    return ApiError("toxic not found", HTTPStatus.NOT_FOUND)


def proxy_exists() -> ApiError:
    """There is a proxy of that name already."""
    return ApiError("proxy already exists", HTTPStatus.CONFLICT)


def toxic_exists() -> ApiError:
    """The proxy has a toxic of that name already."""
    return ApiError("toxic already exists", HTTPStatus.CONFLICT)


def no_address(why: object) -> ApiError:
    """A proxy is to listen on something that is no address."""
    return ApiError(f"listen tcp: {why}", HTTPStatus.INTERNAL_SERVER_ERROR)


def cannot_listen(address: str, why: str) -> ApiError:
    """A proxy's address can't be had."""
    return ApiError(f"listen tcp {address}: bind: {why}", HTTPStatus.INTERNAL_SERVER_ERROR)
