import Rollbook
import RollbookModel
import RollbookStore
import Testing

@testable import RollbookPostgreSQL

/// A primary with replicas of a test's own, and an engine over a store on them.
struct ReplicatedStore {
    let primary: PostgresCluster
    let replicas: [PostgresCluster]
    let engine: PostgresEngine

    var replica: PostgresCluster { replicas[0] }

    /// Makes the servers and a store, which the replicas have.
    ///
    /// - Parameters:
    ///   - settings: lines of `postgresql.conf` for all servers.
    ///   - isRelated: as for the cluster.
    ///   - addresses: the replicas' URLs, where they are not those of the replicas.
    static func with(
        replicas count: Int = 1, settings: [String] = [], isRelated: Bool = true, maximumLag: Duration = .seconds(30),
        addresses: (PostgresCluster) throws -> [String] = { _ in [] }, _ body: (ReplicatedStore) async throws -> Void
    ) async throws {
        try await PostgresCluster.with(settings: settings, isRelated: isRelated) { primary in
            var replicas: [PostgresCluster] = []
            for number in 0..<count { replicas.append(try await primary.makeReplica("replica\(number)")) }
            let urls = try replicas.map { try $0.url } + addresses(primary)
            let engine = PostgresEngine(
                try PostgresConfiguration(
                    primary: PostgresAddress(primary.url), replicas: urls.map { try PostgresAddress($0) },
                    maximumReplicaLag: maximumLag))
            let store = ReplicatedStore(primary: primary, replicas: replicas, engine: engine)
            do {
                try await Migrator(of: engine).up(on: engine)
                for replica in replicas { try await replica.catchUp(with: primary) }
                try await body(store)
            } catch {
                await engine.close()
                throw error
            }
            await engine.close()
        }
    }

    /// Writes, as an import would.
    @discardableResult func write() async throws -> Int64 {
        try await engine.write(deadline: .none) { session in
            try await StoreState.advance(in: session, dialect: .postgreSQL, zone: .utc, recordsChanged: false)
        }.dataVersion
    }

    /// Asks, and checks that the answer is of the version that it claims.
    @discardableResult func ask(_ engine: PostgresEngine? = nil, sleep: Double = 0) async throws -> StampedResult {
        let answer = try await (engine ?? self.engine).query(
            Statement(
                "SELECT data_version, CAST(pg_sleep(CAST(:seconds AS double precision)) AS text) AS slept FROM store_state",
                ["seconds": .double(sleep)]), deadline: .after(.seconds(100)))
        #expect(answer.result.first("data_version").integer == answer.state.dataVersion)
        return answer
    }

    /// Waits until questions are answered by the primary or by a replica.
    func untilServed(by name: String) async throws {
        try await until("\(name) answers") { try await ask().servedBy.name == name }
    }

    /// Checks that the primary answers each of some questions.
    func expectPrimary(_ count: Int) async throws {
        for _ in 0..<count { #expect(try await ask().servedBy == ServedBy(primaryName)) }
    }

    /// Waits until a question is being answered by a server.
    func untilAsked(_ server: PostgresCluster) async throws {
        try await until("the server answers a question") {
            try await server.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") != "0"
        }
    }
}

/// Who answers, as provenance names it.
let replicaName = "postgres-replica"
/// Who answers, as provenance names it.
let primaryName = "postgres-primary"
