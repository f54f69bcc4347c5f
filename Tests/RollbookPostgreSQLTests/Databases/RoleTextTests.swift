import RollbookModel
import RollbookPostgreSQL
import Testing

@Suite("The SQL of the roles")
struct RoleTextTests {
    @Test("names the three roles and gives no password")
    func names() throws {
        let sql = try PostgresRoles(owner: "lms", refresher: "night-job", reader: "Pages").grants
        for role in ["lms", "night-job", "Pages"] { #expect(sql.contains("CREATE ROLE \"\(role)\" LOGIN;")) }
        #expect(!sql.contains("rollbook_reader"))
        #expect(!sql.lowercased().contains("password"))
    }

    @Test(
        "takes plain names only, and three of them", arguments: ["", "1st", "a\"b", "a'b", "a b", "a$b", "ä", "a;--"])
    func refuses(_ name: String) {
        #expect(throws: RollbookError.self) { try PostgresRoles(owner: name) }
        #expect(throws: RollbookError.self) { try PostgresRoles(reader: String(repeating: "r", count: 64)) }
        #expect(throws: RollbookError.self) { try PostgresRoles(owner: "same", refresher: "same") }
    }
}
