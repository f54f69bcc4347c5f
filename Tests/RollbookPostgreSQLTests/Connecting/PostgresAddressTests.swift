import RollbookModel
import Testing

@testable import RollbookPostgreSQL

/// Addresses are read as libpq reads them, and never show a password. No server is needed.
@Suite("PostgreSQL addresses")
struct PostgresAddressTests {
    @Test(
        "are shown without passwords",
        arguments: [
            ("postgres://ada:s3cret@db.example:5433/school", "postgres://ada:…@db.example:5433/school"),
            ("postgresql://ada@db/school?sslmode=require", "postgres://ada@db/school?sslmode=require"),
            ("postgres://ada:s3cret%40%2F@db/school", "postgres://ada:…@db/school"),
            ("postgres://db/school?user=ada&password=s3cret", "postgres://ada:…@db/school"),
            ("postgres://db/school?sslkey=a&sslpassword=s3cret", "postgres://db/school?sslkey=a&sslpassword=…"),
            ("postgres://ada:s3?cret@db/school", "postgres://ada:…@db/school"),
            ("postgres://a:1,b:2/school", "postgres://a:1,b:2/school"),
            ("postgres://[::1]:1/x", "postgres://[::1]:1/x"),
            ("postgres:///school?host=/run/postgresql", "postgres://%2Frun%2Fpostgresql/school"),
            ("host=db password=s3cret dbname=school", "password=… dbname=school host=db"),
            ("host=db password='s3 \\'cret' user='a b'", "user='a b' password=… host=db"), ("", ""),
        ])
    func shown(text: String, expected: String) throws {
        let address = try PostgresAddress(text)
        for shown in [address.description, "\(address)", String(reflecting: address), PostgresAddress.redacted(text)] {
            #expect(shown == expected)
        }
        var dumped = ""
        dump(try PostgresConfiguration(primary: address, replicas: [address]), to: &dumped)
        #expect(!dumped.contains("s3"))
    }

    @Test(
        "that cannot be read are refused without a word of them",
        arguments: [
            "postgres://ada:s3cret@db/school?nonsense=s3cret",
            "postgres://ada:s3cret%zz@db/school", "host=db password='s3cret", "password s3cret=", "s3cret",
            "postgres://ada:s3cret@[::1/school", "host=db s3cret", "password=s3\"cret\" x", "host=\u{0}s3cret",
            "postgres://ada:s3/cret@db/school", "postgres://ada:x@s3cret@db/school", "postgres://ada:s3/cret@db?a=b",
            "postgres://ada:s3cret/school", "dbname=postgres://ada:s3cret@db/school",
        ])
    func refused(text: String) {
        #expect(PostgresAddress.redacted(text) == "…")
        let error = #expect(throws: RollbookError.self) { _ = try PostgresAddress(text) }
        #expect(error?.code == .invalidArgument)
        var dumped = ""
        dump(error, to: &dumped)
        #expect(!dumped.contains("s3"))
    }

    @Test("are taken out of the messages of others, with their passwords, however they are spelled")
    func scrubbed() throws {
        let address = try PostgresAddress("postgres://ada:s3%2Fcret@db/school?sslpassword=other")
        #expect(
            address.scrubbed("no s3/cret, no s3%2Fcret, no other, not \(address.text)") == "no …, no …, no …, not …")
        #expect(address.scrubbed("as PGPASSWORD says: third", also: "third") == "as PGPASSWORD says: …")
    }

    @Test("a configuration's numbers have bounds")
    func configuration() throws {
        let address = try PostgresAddress("postgres://db/school")
        #expect(throws: RollbookError.self) { try PostgresConfiguration(primary: address, maximumConnections: 1) }
        #expect(throws: RollbookError.self) { try PostgresConfiguration(primary: address, minimumConnections: 10) }
        #expect(throws: RollbookError.self) { try PostgresConfiguration(primary: address, connectTimeout: .zero) }
        #expect(throws: RollbookError.self) { try PostgresConfiguration(primary: address, workMemory: "64MB'; --") }
    }
}
