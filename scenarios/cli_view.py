"""The command that opens the browser view."""

import ipaddress
import webbrowser
from typing import Annotated

import typer

commands = typer.Typer()


@commands.command(
    epilog="Examples:  python run.py view  ·  python run.py view forgotten_birds --open  ·  python "
    "run.py view my.toml --port 9000"
)
def view(
    scenario: Annotated[
        str, typer.Argument(help="a shipped name, or a TOML file; others can be picked on the page")
    ] = "habsburg",
    port: Annotated[int, typer.Option(help="port to listen on; 0 takes a free one")] = 8765,
    host: Annotated[
        str, typer.Option(help="address to listen on; any but 127.0.0.1 lets others in")
    ] = "127.0.0.1",
    open_: Annotated[bool, typer.Option("--open", help="open the page in a browser")] = False,
) -> None:
    """Open the browser view: see the web fill up, pull a lever, watch what changes."""
    from scenarios.complaints import ScenarioError
    from scenarios.scenario import Scenario
    from scenarios.view.limits import checked
    from scenarios.view.server import serve

    if not 0 <= port <= 65535:
        raise ScenarioError(f"port: given {port}, allowed 0 to 65535")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise ScenarioError(f"host: given {host!r}, allowed an address such as 127.0.0.1") from None
    host, local = str(address), address.is_loopback
    checked(Scenario.load(scenario))

    def ready(page: str) -> None:
        if not local:
            typer.echo(
                f"Listening on {host}: everybody who can reach this machine can open the page, run "
                "worlds on it and download what they show. There is no password.",
                err=True,
            )
        typer.echo(f"Open {page} in a browser; Ctrl-C ends it.")
        if open_:
            webbrowser.open(page)

    serve(scenario, host, port, ready)
