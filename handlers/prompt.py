"""An acknowledgement goes out at once: Bolt looks every ten milliseconds whether its listener has given one."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.listener.async_listener import AsyncListener
from slack_bolt.listener.asyncio_runner import AsyncioListenerRunner
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse


class _Ack(AsyncAck):
    """Bolt's, which says when it was called."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.given = asyncio.Event()

    async def __call__(self, *args: Any, **kwargs: Any) -> BoltResponse:
        response = await super().__call__(*args, **kwargs)
        self.given.set()
        return response


class _Runner(AsyncioListenerRunner):
    """Bolt's; only the waiting for an acknowledgement that a listener itself gives is another."""

    _handling: set[asyncio.Task[None]]

    @classmethod
    def like(cls, runner: AsyncioListenerRunner) -> _Runner:
        """One that does all else as `runner` does."""
        own = cls.__new__(cls)
        own.__dict__.update(runner.__dict__, _handling=set())
        return own

    async def run(
        self,
        request: AsyncBoltRequest,
        response: BoltResponse | None,
        listener_name: str,
        listener: AsyncListener,
        starting_time: float | None = None,
    ) -> BoltResponse | None:
        if listener.auto_acknowledgement or listener.lazy_functions:
            return await super().run(request, response, listener_name, listener, starting_time)  # type: ignore[arg-type]
        ack = request.context["ack"] = _Ack()
        handling = asyncio.create_task(self._handle(ack, request, response or BoltResponse(status=500), listener))
        self._handling.add(handling)
        handling.add_done_callback(self._handling.discard)
        try:
            async with asyncio.timeout(listener.ack_timeout):
                await ack.given.wait()
        except TimeoutError:
            self.logger.warning("%s did not acknowledge in time", listener_name)
        return ack.response

    async def _handle(
        self, ack: _Ack, request: AsyncBoltRequest, response: BoltResponse, listener: AsyncListener
    ) -> None:
        """Run the listener to its end; what it raises is answered by the app's error handler."""
        try:
            await self.listener_start_handler.handle(request=request, response=response)
            await listener.run_ack_function(request=request, response=response)
        except Exception as error:  # noqa: BLE001  (whatever it is, the app's error handler has it)
            response.status = 500
            answer = None if ack.response is not None else response
            await self.listener_error_handler.handle(error=error, request=request, response=answer)
            ack.response = ack.response or answer
            ack.given.set()
        finally:
            await self.listener_completion_handler.handle(request=request, response=response)


def install(app: AsyncApp) -> None:
    """Have an app answer as soon as its listener has acknowledged."""
    app._async_listener_runner = _Runner.like(app.listener_runner)
