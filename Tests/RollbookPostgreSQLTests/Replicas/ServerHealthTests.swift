import Rollbook
import RollbookModel
import RollbookStore
import Testing

@testable import RollbookPostgreSQL

/// Who looks after a server is told which part of it is ill, and why.
@Suite("The health of servers")
struct ServerHealthTests {
    private func states(_ source: any HealthSource) async -> [String: HealthPart.State] {
        Dictionary(uniqueKeysWithValues: await source.health().map { ($0.name, $0.state) })
    }

    @Test("names the server that is down, and what that means", .timeLimit(.minutes(3)))
    func downAndUp() async throws {
        try await ReplicatedStore.with { store in
            try await store.engine.connect()
            try await store.untilServed(by: replicaName)
            try await until("both are well") {
                await states(store.engine) == ["primary": .ok, "replica_1": .ok]
            }
            try store.replica.kill()
            try await until("the replica is missed") {
                await states(store.engine) == ["primary": .ok, "replica_1": .degraded]
            }
            try await store.replica.start()
            try await store.untilServed(by: replicaName)
            try await store.primary.stop(.immediate)
            try await until("the primary is missed") { await states(store.engine)["primary"] == .degraded }
            let part = try #require(await store.engine.health().first)
            #expect(part.reason?.contains("127.0.0.1:\(store.primary.port)") == true)
            #expect(part.reason?.contains("replicas answer") == true)
            let password = try TestServers.password
            #expect(part.reason?.contains(password) == false)
            try store.replica.kill()
            try await until("nobody can answer") { await states(store.engine)["primary"] == .failed }
            try await store.primary.start()
            try await until("the primary is back") { await states(store.engine)["primary"] == .ok }
        }
    }

    @Test("is that of the store and of all servers together", .timeLimit(.minutes(3)))
    func warehouse() async throws {
        try await ReplicatedStore.with { store in
            let warehouse = Warehouse(engine: store.engine)
            try await until("all have been looked at") {
                var parts: [String: HealthPart.State] = [:]
                for source in warehouse.healthSources { parts.merge(await states(source)) { max($0, $1) } }
                return parts["postgresql"] == .ok && parts["primary"] == .ok && parts["replica_1"] == .ok
                    && parts["queue_primary_readers"] == .ok && parts["queue_replica_1_readers"] == .ok
                    && parts["view_subject_performance"] == .degraded
            }
            try await store.primary.stop(.immediate)
            try store.replica.kill()
            try await until("the store cannot be read") {
                await states(warehouse.storeHealth)["postgresql"] == .failed
            }
        }
    }

    @Test("shows in the status, asked for anew", .timeLimit(.minutes(3)))
    func status() async throws {
        try await ReplicatedStore.with { store in
            let servers = await store.engine.askServers()
            #expect(servers.map(\.name) == ["primary", "replica_1"])
            #expect(servers.map(\.answers) == [true, true])
            #expect(servers.map(\.role) == [.primary, .replica])
            #expect(servers[0].replicaLagSeconds == nil)
            #expect(store.engine.queues.map(\.name) == ["primary_readers", "primary_writer", "replica_1_readers"])
        }
    }
}
