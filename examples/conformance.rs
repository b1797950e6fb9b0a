//! The application that answered the observed pairs, over this crate's contract, codec and webapi layers.

#[path = "conformance/models.rs"]
mod models;

fn main() {
    println!("{}", models::ReturnOfUser::CLASS.plan().data_contract_name);
}
