"""Alembic's entry: runs on the connection it is given, inside that connection's transaction."""

from alembic import context

from storage.tables import metadata


def _run() -> None:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,
        transactional_ddl=False,
    )
    context.run_migrations()


_run()
