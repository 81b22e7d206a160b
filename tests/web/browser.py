"""What a browser does at the console: it keeps cookies and sends the forms it was given."""

import re

import httpx

HTMX = {"HX-Request": "true"}


class Browser:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.token = ""

    async def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return self._noted(await self.client.get(path, headers=headers))

    async def post(
        self, path: str, headers: dict[str, str] | None = None, **fields: str
    ) -> httpx.Response:
        form = {"token": self.token, **fields}
        return self._noted(await self.client.post(path, data=form, headers=headers))

    async def sign_in(self, name: str, password: str, **fields: str) -> httpx.Response:
        await self.get("/desk/login")
        response = await self.post("/desk/login", None, name=name, password=password, **fields)
        if response.is_redirect:
            await self.get("/desk")
        return response

    def _noted(self, response: httpx.Response) -> httpx.Response:
        found = re.search(r'name="token" value="([^"]+)"', response.text)
        self.token = found[1] if found else self.token
        return response
