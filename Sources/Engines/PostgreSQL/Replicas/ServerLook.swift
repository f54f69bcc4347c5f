import RollbookModel
import RollbookStore

/// What a server says of itself.
struct ServerLook: Sendable, Equatable {
    /// Whether it follows a primary, rather than being one.
    var isInRecovery: Bool
    /// How far it has come in the log: a primary has written, a replica has replayed; nil where it follows without a log.
    var position: Int64?
    /// How long ago the last commit happened that a replica has replayed; nil where it has replayed none.
    var replayAge: Duration?
    /// The same on a primary and on its replicas, another one everywhere else: cluster and database.
    var identity: String
    /// The state of its store; nil where it has none, or one of another version of Rollbook.
    var state: StoreState?

    /// Asks for everything but the state.
    static let statement = Statement(
        """
        SELECT
            pg_is_in_recovery() AS is_in_recovery,
            CAST(pg_wal_lsn_diff(
                CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, '0/0'
            ) AS bigint) AS position,
            CAST(date_part('epoch', clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000 AS bigint) AS replay_age,
            CAST(c.system_identifier AS text) || '/' || CAST(d.oid AS text) AS identity
        FROM pg_control_system() c
        CROSS JOIN pg_database d
        WHERE d.datname = current_database()
        """)
}

extension ServerLook {
    /// Reads the answer to ``statement``.
    init(_ result: QueryResult, state: StoreState?) {
        self.init(
            isInRecovery: result.first("is_in_recovery") == .boolean(true), position: result.first("position").integer,
            replayAge: result.first("replay_age").integer.map { .milliseconds(max(0, $0)) },
            identity: result.first("identity").text ?? "", state: state)
    }
}

/// The state of the store in a snapshot, and whether the server that gave it was still following a primary.
struct SnapshotProof: Sendable, Equatable {
    /// The state of the store.
    let state: StoreState
    /// Whether the server follows a primary.
    let isInRecovery: Bool

    /// Asks for both in one statement, so that a question needs no further one.
    static let statement = Statement(
        "SELECT \(StoreState.columns), pg_is_in_recovery() AS is_in_recovery FROM store_state")

    init(state: StoreState, isInRecovery: Bool) {
        self.state = state
        self.isInRecovery = isInRecovery
    }

    /// Reads the answer to ``statement``.
    ///
    /// - Throws: as `StoreState.init(_:)`.
    init(_ result: QueryResult) throws {
        self.init(state: try StoreState(result), isInRecovery: result.first("is_in_recovery") == .boolean(true))
    }
}
