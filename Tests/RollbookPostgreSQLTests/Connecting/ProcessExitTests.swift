import COpenSSL
import Foundation
import RollbookModel
import RollbookStore
import Testing

@testable import RollbookPostgreSQL

/// A process may exit while its connections' threads are at work; what they use must not be taken from under them.
@Suite("Connections of a process that exits")
struct ProcessExitTests {
    @Test("OpenSSL, which libpq works with, can be used to the end")
    func exiting() async {
        await #expect(processExitsWith: .success) {
            // What is registered first is called last: after all that a library registers when it is first used.
            atexit { if !digests() { _exit(EXIT_FAILURE) } }
            let nobody = try PostgresAddress("postgres://ada@127.0.0.1:1/school")
            let engine = PostgresEngine(try PostgresConfiguration(primary: nobody))
            _ = try? await engine.query(Statement("SELECT 1 AS one"), deadline: .after(.seconds(1)))
            exit(digests() ? EXIT_SUCCESS : EXIT_FAILURE)
        }
    }
}

/// Whether OpenSSL finds what libpq hashes passwords with.
private func digests() -> Bool {
    guard let digest = EVP_MD_fetch(nil, "SHA256", nil) else { return false }
    EVP_MD_free(digest)
    return true
}
