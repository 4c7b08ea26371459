"""Carries the SDKs' requests over aiohttp, which reads all that has arrived at once: a stream costs a third less CPU."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import httpx2
from yarl import URL

_CONNECTIONS = 100
# What aiohttp raises where it got as far as no connection: nothing was sent.
_NOT_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ServerFingerprintMismatch)
# The last resort under the watchdogs of whoever asks: longer than any of them.
TIMEOUT = httpx2.Timeout(200, connect=10)


class _Body(httpx2.AsyncByteStream):
    """The body of one response, in whatever pieces have arrived when it is looked at."""

    def __init__(self, response: aiohttp.ClientResponse, request: httpx2.Request) -> None:
        self._response = response
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while chunk := await self._response.content.readany():
                yield chunk
        except (TimeoutError, aiohttp.ServerTimeoutError) as error:
            raise httpx2.ReadTimeout("the stream stood still", request=self._request) from error
        except (aiohttp.ClientError, OSError) as error:
            raise httpx2.ReadError(f"the stream broke: {type(error).__name__}", request=self._request) from error

    async def aclose(self) -> None:
        # A body that was read to its end has given its connection back already; any other is of no more use.
        self._response.close()


class AiohttpTransport(httpx2.AsyncBaseTransport):
    """One pool of connections for one event loop; it is opened with the first request."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and give its response as soon as the head is there."""
        body = await request.aread() if request.method != "GET" else None
        try:
            response = await self._session_here().request(
                request.method,
                URL(str(request.url), encoded=True),
                data=body or None,
                headers=[(k.decode("ascii"), v.decode("latin-1")) for k, v in request.headers.raw],
                timeout=_timeouts(request.extensions.get("timeout", {})),
                allow_redirects=False,
            )
        except aiohttp.ConnectionTimeoutError as error:  # a timeout as well, but nothing was sent
            raise httpx2.ConnectTimeout("no connection in time", request=request) from error
        except (TimeoutError, aiohttp.ServerTimeoutError) as error:
            raise httpx2.ReadTimeout("no answer in time", request=request) from error
        except _NOT_CONNECTED as error:
            raise httpx2.ConnectError(f"no connection: {error}", request=request) from error
        except (aiohttp.ClientError, OSError) as error:
            raise httpx2.ReadError(f"the connection broke: {type(error).__name__}", request=request) from error
        return httpx2.Response(
            response.status, headers=list(response.raw_headers), stream=_Body(response, request), request=request
        )

    def _session_here(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
            self._session = aiohttp.ClientSession(
                connector=connector, auto_decompress=False, trust_env=True, cookie_jar=aiohttp.DummyCookieJar()
            )
            self._loop = loop
        return self._session

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()


def _timeouts(said: dict[str, Any]) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, sock_connect=said.get("connect"), sock_read=said.get("read"))


def http_client() -> httpx2.AsyncClient:
    """A client for an SDK. It follows no redirect: a key goes nowhere but where it was meant for."""
    return httpx2.AsyncClient(transport=AiohttpTransport(), follow_redirects=False)
