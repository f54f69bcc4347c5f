import ArgumentParser
import Foundation
import Rollbook

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// `rollbook warm`.
struct WarmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "warm", abstract: "Answer the common reports and views, so that a server has them in memory.",
        discussion: """
            Answers live in the memory of a server: with --server they are made there. Without it the questions are asked \
            of the database, which shows whether all of them can be answered, and puts the answers into the cache that \
            servers share, where there is one.
            """)

    @Option(help: ArgumentHelp("The server to warm, such as http://127.0.0.1:8080.", valueName: "url"))
    var server: String?
    @OptionGroup var options: DatabaseOptions

    func run() async throws {
        if let server { return try await warm(server) }
        let settings = try await options.settings()
        let written = try await DatabaseAccess.withWarehouse(settings) { try await $0.warm() }
        Terminal.print(written == 1 ? "1 question can be answered" : "\(written) questions can be answered")
    }

    private static func sentence(_ written: Int) -> String {
        written == 1 ? "1 answer written" : "\(written) answers written"
    }

    private func warm(_ server: String) async throws {
        guard let url = URL(string: server), ["http", "https"].contains(url.scheme ?? ""), url.host != nil else {
            throw CommandFailure(.usage, "--server takes an address such as http://127.0.0.1:8080")
        }
        var request = URLRequest(url: url.appendingPathComponent("v1/warm"))
        request.httpMethod = "POST"
        let (body, response): (Data, URLResponse)
        do {
            (body, response) = try await URLSession.shared.data(for: request)
        } catch {
            throw CommandFailure(.unavailable, "the server at \(server) does not answer: \(error.localizedDescription)")
        }
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        let text = String(decoding: body, as: UTF8.self)
        guard (200..<300).contains(status) else {
            throw CommandFailure(.unavailable, "the server at \(server) answered \(status)", hints: [text])
        }
        let answer = (try? JSONSerialization.jsonObject(with: body)) as? [String: Any]
        Terminal.print((answer?["answers_written"] as? Int).map(Self.sentence) ?? text)
    }
}
