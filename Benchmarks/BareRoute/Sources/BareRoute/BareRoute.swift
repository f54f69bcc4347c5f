import Foundation
import Hummingbird

/// Serves the bytes of a file from one plain route, as the measure of what the framework alone can do.
///
/// `BareRoute FILE PORT`, then `GET /`.
@main struct BareRoute {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let port = Int(arguments[2]) else {
            FileHandle.standardError.write(Data("usage: BareRoute FILE PORT\n".utf8))
            exit(2)
        }
        let bytes = ByteBuffer(bytes: try Data(contentsOf: URL(filePath: arguments[1])))
        let router = Router()
        router.get("/") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: bytes))
        }
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)))
        try await application.runService()
    }
}
