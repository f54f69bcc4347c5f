import Foundation
import Testing

/// A PostgreSQL server of a test's own, on a free port, that the test may stop, kill and break.
struct PostgresCluster: Sendable {
    /// How a server is told to end.
    enum Shutdown: String {
        /// Connections are closed, everything is written.
        case fast
        /// At once, as in a crash that the server itself notices.
        case immediate
    }

    /// The server's data.
    let folder: URL
    /// The port on 127.0.0.1.
    let port: Int

    /// Makes and starts a server, which is gone after `body`, and so are the replicas that were made of it.
    ///
    /// - Parameters:
    ///   - settings: lines of `postgresql.conf`, also for its replicas: `max_standby_streaming_delay = 0`.
    ///   - isRelated: whether it is a copy of the template as others are, which takes less time, and not a cluster of its
    ///     own that nobody could take for another one's.
    static func with(
        settings: [String] = [], isRelated: Bool = true, _ body: (PostgresCluster) async throws -> Void
    ) async throws {
        let group = try TestServers.clusters.appendingPathComponent(UUID().uuidString)
        let primary = PostgresCluster(folder: group.appendingPathComponent("primary"), port: try FreePort.any())
        do {
            try await ServerCommand.run("/bin/mkdir", ["-m", "0700", group.path])
            try await primary.make(isRelated: isRelated)
            // Replicas come and go, and find what they missed.
            try await primary.configure(settings + ["wal_keep_size = 256MB", "port = \(primary.port)"])
            try await primary.start()
            try await body(primary)
        } catch {
            try? await end(group)
            throw error
        }
        try await end(group)
    }

    /// The server's URL, of a superuser.
    var url: String {
        get throws { try url(database: "postgres") }
    }

    /// The URL of one of the server's databases.
    func url(database: String) throws -> String {
        "postgres://postgres:\(try TestServers.password)@127.0.0.1:\(port)/\(database)"
    }

    /// Starts the server and waits until it answers; a replica, once it is consistent.
    func start() async throws {
        try await forgetKilled()
        try await control("start", ["-l", folder.path + ".log"])
    }

    /// Ends the server and waits until it has ended.
    func stop(_ shutdown: Shutdown = .fast) async throws { try await control("stop", ["-m", shutdown.rawValue]) }

    /// Ends the server and starts it anew.
    func restart(_ shutdown: Shutdown = .fast) async throws {
        try await stop(shutdown)
        try await start()
    }

    /// Kills the server's processes, which have no time to say a word to anybody.
    func kill() throws { for process in try ServerProcesses.of(folder) { _ = Foundation.kill(process, SIGKILL) } }

    /// Makes and starts a streaming replica.
    func makeReplica(_ name: String = "replica") async throws -> PostgresCluster {
        let replica = PostgresCluster(
            folder: folder.deletingLastPathComponent().appendingPathComponent(name), port: try FreePort.any())
        try await ServerCommand.run(
            "pg_basebackup",
            ["-D", replica.folder.path, "-d", try url, "-X", "stream", "-R", "--checkpoint=fast", "--no-sync"])
        try await replica.configure(["port = \(replica.port)"])
        try await replica.start()
        return replica
    }

    /// A replica goes on receiving what the primary does, but shows nothing of it until it resumes.
    func pauseReplay() async throws {
        try await sql("SELECT pg_wal_replay_pause()")
        // It is asked for, and happens when the next record would be replayed; servers before 14 say the one for the other.
        if try await sql("SELECT current_setting('server_version_num')::int >= 140000") == "t" {
            try await until("replay has stopped") {
                try await sql("SELECT pg_get_wal_replay_pause_state()") == "paused"
            }
        }
    }

    /// Ends a pause.
    func resumeReplay() async throws { try await sql("SELECT pg_wal_replay_resume()") }

    /// Makes a replica a primary of its own.
    func promote() async throws { try await control("promote", []) }

    /// Waits until a replica shows everything that its primary has done until now.
    func catchUp(with primary: PostgresCluster) async throws {
        let position = try await primary.sql("SELECT pg_current_wal_lsn()")
        try await until("the replica has replayed \(position)") {
            try await sql("SELECT pg_last_wal_replay_lsn() >= '\(position)'") == "t"
        }
    }

    /// Runs statements with `psql`, each in a transaction of its own.
    ///
    /// - Returns: what they return, unaligned and without headings.
    @discardableResult func sql(_ text: String, database: String = "postgres") async throws -> String {
        try await ServerCommand.run(
            "psql", ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", try url(database: database)], input: text)
    }

    private func make(isRelated: Bool) async throws {
        guard !isRelated else {
            let template = try TestServers.clusters.appendingPathComponent("template")
            return _ = try await ServerCommand.run("/bin/cp", ["-R", template.path, folder.path])
        }
        let password = folder.path + ".password"
        try await ServerCommand.run("/usr/bin/tee", [password], input: try TestServers.password)
        try await ServerCommand.run(
            "initdb",
            [
                "-D", folder.path, "-U", "postgres", "-A", "scram-sha-256", "--pwfile=" + password, "-E", "UTF8",
                "--locale=C.UTF-8", "--no-sync",
            ])
        try await configure(["listen_addresses = '127.0.0.1'", "unix_socket_directories = ''", "fsync = off"])
    }

    private func control(_ task: String, _ options: [String]) async throws {
        do {
            try await ServerCommand.run("pg_ctl", [task, "-D", folder.path, "-w", "-t", "120"] + options)
        } catch let failure as ServerCommand.Failure {
            let log = try? await ServerCommand.run("/usr/bin/tail", ["-n", "20", folder.path + ".log"])
            throw ServerCommand.Failure(description: "\(failure)\n\(log ?? "")")
        }
    }

    private func configure(_ lines: [String]) async throws {
        try await ServerCommand.run(
            "/usr/bin/tee", ["-a", folder.appendingPathComponent("postgresql.conf").path],
            input: lines.map { $0 + "\n" }.joined())
    }

    /// A killed process can stay in the system's list until somebody asks for its end, and a server that finds its own old
    /// number there does not start.
    private func forgetKilled() async throws {
        // Its children take a moment longer to die, and hold the memory that they shared.
        try await until("what was killed has ended") { try ServerProcesses.working(in: folder).isEmpty }
        if try ServerProcesses.of(folder).isEmpty {
            try await ServerCommand.run("/bin/rm", ["-f", folder.appendingPathComponent("postmaster.pid").path])
        }
    }

    private static func end(_ group: URL) async throws {
        for server in (try? FileManager.default.contentsOfDirectory(at: group, includingPropertiesForKeys: nil)) ?? [] {
            for process in try ServerProcesses.of(server) { _ = Foundation.kill(process, SIGKILL) }
        }
        try await ServerCommand.run("/bin/rm", ["-rf", group.path])
    }
}
