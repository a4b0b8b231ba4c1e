"""`tocsin client`: a client's file and its stack."""

import typer

from tocsin_cli import client_changes, client_check, client_deploy, client_list, client_new, client_secret

app = typer.Typer(help="A client's file and its stack.", no_args_is_help=True, rich_markup_mode=None)
app.command("new")(client_new.new)
app.command("check")(client_check.check)
app.command("deploy")(client_deploy.deploy)
app.command("secret")(client_secret.secret)
app.command("list")(client_list.list_clients)
app.command("changes")(client_changes.changes)
