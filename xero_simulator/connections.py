"""/connections: which organisations an app was let into."""

from werkzeug.wrappers import Request

from xero_simulator.answers import Answer, not_found
from xero_simulator.identity import Connection
from xero_simulator.wire import JsonObject
from xero_simulator.world import World


def list_connections(world: World, request: Request) -> Answer:
    """GET: every connection of the user to this app."""
    bearer = world.identity.bearer(request.headers.get("Authorization", ""))
    connections = world.identity.connections_of(bearer.client_id)
    return Answer(200, [_wire(world, connection) for connection in connections])


def delete_connection(world: World, request: Request, connection_id: str) -> Answer:
    """DELETE: 204, or 404 when it is unknown or another app's."""
    bearer = world.identity.bearer(request.headers.get("Authorization", ""))
    connection = world.identity.connections.get(connection_id.lower())
    if connection is None or connection.client_id != bearer.client_id:
        return not_found()
    del world.identity.connections[connection.connection_id]
    return Answer(204)


def _wire(world: World, connection: Connection) -> JsonObject:
    # ISO with seven digits of fraction and no offset, unlike every date of the Accounting API.
    return {
        "id": connection.connection_id,
        "authEventId": connection.event_id,
        "tenantId": connection.tenant_id,
        "tenantType": "ORGANISATION",
        "tenantName": world.organisations[connection.tenant_id].name,
        "createdDateUtc": f"{connection.created:%Y-%m-%dT%H:%M:%S.%f}0",
        "updatedDateUtc": f"{connection.updated:%Y-%m-%dT%H:%M:%S.%f}0",
    }
