//! A task's turn among those of its thread.

use std::future::poll_fn;
use std::task::Poll;

/// Waits until all other tasks of the thread that are ready have been run. Not tokio's yield, which asks the system for
/// events first: that is a call of the system each time.
pub(crate) async fn let_others_go_first() {
    let mut has_waited = false;
    poll_fn(|context| {
        if std::mem::replace(&mut has_waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::let_others_go_first;
    use std::sync::{Arc, Mutex};

    #[tokio::test]
    async fn tasks_that_are_ready_run_before_it_returns() {
        let order = Arc::new(Mutex::new(Vec::new()));
        let tasks = ["first", "second"].map(|name| {
            let order = Arc::clone(&order);
            tokio::spawn(async move {
                order.lock().unwrap().push(name);
                let_others_go_first().await;
                order.lock().unwrap().push(name);
            })
        });
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), ["first", "second", "first", "second"]);
    }
}
